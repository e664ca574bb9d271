"""Text from pictures and scanned pages (OCR), in a process of its own, when nothing else is to be done."""
