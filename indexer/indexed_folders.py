"""The folders that the user added, and those removed that can still come back."""

from __future__ import annotations

from indexer.catalog.root_list import RootList
from indexer.catalog.writer import CatalogWriter, Root
from indexer.removal import Removal


class IndexedFolders:
    """Keeps the set in the catalogue and, for when that is lost, in a list beside it. Changed by the pipeline's thread only."""

    def __init__(self, catalog: CatalogWriter, beside: RootList, removal: Removal) -> None:
        self._catalog = catalog
        self._beside = beside
        self._removal = removal
        for path in beside.load():
            if path not in {root.path for root in catalog.roots()}:
                catalog.add_root(path)
        self.all = catalog.roots()

    def refresh(self) -> None:
        """Read anew what looks at the folders have found out."""
        self.all = self._catalog.roots()

    def add(self, path: str) -> Root:
        """Add a folder; what was read of it before it was removed comes back."""
        self._removal.make_way(path)
        root = self._catalog.add_root(path)
        self._keep()
        return root

    def remove(self, path: str) -> bool:
        """Put a folder out of sight; False when it is not in the set."""
        root = next((item for item in self.all if item.path == path), None)
        if root is not None:
            self._removal.remove(root)
            self._keep()
        return root is not None

    def undo(self, path: str) -> bool:
        """Bring a removed folder back, with an empty path the last one; False when there is none."""
        back = self._removal.undo(path)
        self._keep()
        return back

    def _keep(self) -> None:
        self.refresh()
        self._beside.save([root.path for root in self.all])
