<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>CitationBar</name>
    <message>
        <source>Sources</source>
        <translation>来源</translation>
    </message>
</context>
<context>
    <name>CitationButton</name>
    <message>
        <source>Source {number}: {where}</source>
        <translation>来源 {number}：{where}</translation>
    </message>
    <message>
        <source>“{quote}”</source>
        <translation>“{quote}”</translation>
    </message>
</context>
<context>
    <name>CrashDialog</name>
    <message>
        <source>Docent made a mistake</source>
        <translation>Docent 出错了</translation>
    </message>
    <message>
        <source>You can go on, but something may be missing. Please report it with the text below.</source>
        <translation>可以继续使用，但某些内容可能不完整。请将下面的文字一并反馈给我们。</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>复制报告</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>继续</translation>
    </message>
</context>
<context>
    <name>DropSheet</name>
    <message>
        <source>Drop the folder to add it</source>
        <translation>松开鼠标即可添加文件夹</translation>
    </message>
</context>
<context>
    <name>ErrorText</name>
    <message>
        <source>{name} is no longer there.</source>
        <translation>“{name}”已经不在原处了。</translation>
    </message>
    <message>
        <source>It was moved, renamed or deleted. Search again to find where it is now.</source>
        <translation>文件已被移动、重命名或删除。重新搜索可以找到它现在的位置。</translation>
    </message>
    <message>
        <source>{name} could not be opened.</source>
        <translation>无法打开“{name}”。</translation>
    </message>
    <message>
        <source>No program for this kind of file was found. You can show it in its folder instead.</source>
        <translation>没有找到能打开这类文件的程序，可以改为在文件夹中显示。</translation>
    </message>
    <message>
        <source>The folder {path} does not exist.</source>
        <translation>文件夹 {path} 不存在。</translation>
    </message>
    <message>
        <source>Check the name, or connect the disk it is on.</source>
        <translation>请检查名称，或连接它所在的磁盘。</translation>
    </message>
    <message>
        <source>{path} is not a folder.</source>
        <translation>{path} 不是文件夹。</translation>
    </message>
    <message>
        <source>Add the folder that holds it.</source>
        <translation>请添加它所在的文件夹。</translation>
    </message>
    <message>
        <source>The folder {path} cannot be read.</source>
        <translation>无法读取文件夹 {path}。</translation>
    </message>
    <message>
        <source>Give yourself permission to read it, then add it again.</source>
        <translation>请先为自己开通读取权限，再重新添加。</translation>
    </message>
    <message>
        <source>Only {watched} of {folders} folders can be watched for changes; the others are looked at every few minutes.</source>
        <translation>{folders} 个文件夹中只有 {watched} 个能被实时监视，其余的每隔几分钟检查一次。</translation>
    </message>
    <message>
        <source>To let the system watch more, run: echo fs.inotify.max_user_watches={wanted} | sudo tee /etc/sysctl.d/60-docent.conf &amp;&amp; sudo sysctl --system</source>
        <translation>要让系统监视更多文件夹，请运行：echo fs.inotify.max_user_watches={wanted} | sudo tee /etc/sysctl.d/60-docent.conf &amp;&amp; sudo sysctl --system</translation>
    </message>
    <message>
        <source>The folder {path} is not among your folders.</source>
        <translation>文件夹 {path} 不在您的文件夹列表中。</translation>
    </message>
    <message>
        <source>Open Folders to see which ones are.</source>
        <translation>打开“文件夹”可以查看列表。</translation>
    </message>
    <message>
        <source>The folder {path} holds Docent&apos;s own files.</source>
        <translation>文件夹 {path} 里有 Docent 自己的文件。</translation>
    </message>
    <message>
        <source>Choose a folder that does not contain them.</source>
        <translation>请选择不包含这些文件的文件夹。</translation>
    </message>
    <message>
        <source>The folder {path} is a place for keys, passwords or browser data. Docent never reads those.</source>
        <translation>文件夹 {path} 存放密钥、密码或浏览器数据，Docent 从不读取这些内容。</translation>
    </message>
    <message>
        <source>Choose another folder, or move the documents in it elsewhere.</source>
        <translation>请选择其他文件夹，或把里面的文档移到别处。</translation>
    </message>
    <message>
        <source>The folder {path} is made up by the system; there are no files of yours in it.</source>
        <translation>文件夹 {path} 由系统生成，里面没有您的文件。</translation>
    </message>
    <message>
        <source>Choose a folder with your own files.</source>
        <translation>请选择存放您自己文件的文件夹。</translation>
    </message>
    <message>
        <source>There is no removed folder to bring back.</source>
        <translation>没有可以恢复的已移除文件夹。</translation>
    </message>
    <message>
        <source>Its time may be over. Add the folder again.</source>
        <translation>可能已经过了可恢复的时间，请重新添加该文件夹。</translation>
    </message>
    <message>
        <source>Nothing found.</source>
        <translation>没有找到。</translation>
    </message>
    <message>
        <source>Try fewer or other words.</source>
        <translation>请减少关键词，或换个说法。</translation>
    </message>
    <message>
        <source>No folder has been added yet.</source>
        <translation>还没有添加文件夹。</translation>
    </message>
    <message>
        <source>Add one, and its files can be found at once.</source>
        <translation>添加之后，里面的文件马上就能找到。</translation>
    </message>
    <message>
        <source>Your files do not answer this.</source>
        <translation>您的文件里没有这个问题的答案。</translation>
    </message>
    <message>
        <source>Try other words, or add the folder that holds the answer.</source>
        <translation>换个说法试试，或添加答案所在的文件夹。</translation>
    </message>
    <message>
        <source>The request was not understood: {detail}.</source>
        <translation>无法理解这个请求：{detail}。</translation>
    </message>
    <message>
        <source>Update Docent, so that window and engine have the same version.</source>
        <translation>请更新 Docent，使窗口和引擎版本一致。</translation>
    </message>
    <message>
        <source>Wrong use: {detail}.</source>
        <translation>用法不对：{detail}。</translation>
    </message>
    <message>
        <source>The right use is described here: {help}</source>
        <translation>正确的用法见：{help}</translation>
    </message>
    <message>
        <source>The setting {key} cannot be {value}.</source>
        <translation>设置项 {key} 不能是 {value}。</translation>
    </message>
    <message>
        <source>DOCENT_NOW is not an ISO 8601 time: {value}.</source>
        <translation>DOCENT_NOW 不是 ISO 8601 格式的时间：{value}。</translation>
    </message>
    <message>
        <source>Use a form like 2026-11-16T09:00:00+08:00, or unset it.</source>
        <translation>请使用 2026-11-16T09:00:00+08:00 这样的格式，或取消设置。</translation>
    </message>
    <message>
        <source>The connection to Docent&apos;s engine was lost.</source>
        <translation>与 Docent 引擎的连接断开了。</translation>
    </message>
    <message>
        <source>Try again: the engine starts by itself.</source>
        <translation>请重试，引擎会自动启动。</translation>
    </message>
    <message>
        <source>Docent&apos;s engine did not start.</source>
        <translation>Docent 引擎没有启动。</translation>
    </message>
    <message>
        <source>Try again. If it keeps happening, its log says why: {log}</source>
        <translation>请重试。如果反复出现，可在日志中查看原因：{log}</translation>
    </message>
    <message>
        <source>The engine (process {pid}) was asked to leave and has not.</source>
        <translation>已要求引擎（进程 {pid}）退出，但它还在运行。</translation>
    </message>
    <message>
        <source>It may be finishing a large file. If it stays, end that process.</source>
        <translation>它可能正在处理一个大文件。如果一直不退出，请结束该进程。</translation>
    </message>
    <message>
        <source>The running engine is version {engine}, this window is {client}.</source>
        <translation>正在运行的引擎版本是 {engine}，而这个窗口是 {client}。</translation>
    </message>
    <message>
        <source>Quit every Docent window and start Docent again.</source>
        <translation>请退出所有 Docent 窗口，然后重新启动。</translation>
    </message>
    <message>
        <source>Docent cannot write into {path}: {why}.</source>
        <translation>Docent 无法写入 {path}：{why}。</translation>
    </message>
    <message>
        <source>Give yourself permission to write there, then try again.</source>
        <translation>请先为自己开通写入权限，然后重试。</translation>
    </message>
    <message>
        <source>Docent made a mistake: {detail}.</source>
        <translation>Docent 出错了：{detail}。</translation>
    </message>
    <message>
        <source>Please report it; the command “docent doctor” shows what to send along.</source>
        <translation>请反馈给我们，命令“docent doctor”会列出需要附上的信息。</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>已停止。</translation>
    </message>
    <message>
        <source>What was finished is kept. Ask again to go on.</source>
        <translation>已完成的部分会保留，再次提问即可继续。</translation>
    </message>
    <message>
        <source>There is no display to open a window on.</source>
        <translation>没有可以显示窗口的屏幕。</translation>
    </message>
    <message>
        <source>Use the commands: docent find, docent ask, docent index.</source>
        <translation>请使用命令：docent find、docent ask、docent index。</translation>
    </message>
    <message>
        <source>The output could not be written: {why}.</source>
        <translation>无法写出结果：{why}。</translation>
    </message>
    <message>
        <source>Free some space, or choose another place.</source>
        <translation>请腾出一些空间，或换个位置。</translation>
    </message>
    <message>
        <source>The settings file could not be read and was kept aside as {path}.</source>
        <translation>设置文件无法读取，已另存为 {path}。</translation>
    </message>
    <message>
        <source>Defaults are in use. Copy what you need back.</source>
        <translation>目前使用默认设置，需要的内容可以从中复制回来。</translation>
    </message>
    <message>
        <source>The index was damaged and has been put aside.</source>
        <translation>索引已损坏，已移到一旁。</translation>
    </message>
    <message>
        <source>It is being rebuilt from your files; nothing of yours is lost. The damaged copy is {path}.</source>
        <translation>正在根据您的文件重建索引，您的文件没有任何损失。损坏的副本在 {path}。</translation>
    </message>
    <message>
        <source>The index was written by a newer Docent (version {version}).</source>
        <translation>索引由更新版本的 Docent（{version}）写入。</translation>
    </message>
    <message>
        <source>Install the newer Docent again, or move {path} away to rebuild the index.</source>
        <translation>请重新安装较新的 Docent，或移走 {path} 以重建索引。</translation>
    </message>
    <message>
        <source>The disk that holds the index is nearly full ({free_text} free).</source>
        <translation>存放索引的磁盘快满了（剩余 {free_text}）。</translation>
    </message>
    <message>
        <source>Free at least {needed_text}. Docent then goes on by itself.</source>
        <translation>请至少腾出 {needed_text}，之后 Docent 会自动继续。</translation>
    </message>
    <message>
        <source>Indexing is paused until you let it go on.</source>
        <translation>索引已暂停，直到您让它继续。</translation>
    </message>
    <message>
        <source>Open the details at the bottom left and choose Resume.</source>
        <translation>打开左下角的详细信息，选择“继续”。</translation>
    </message>
    <message>
        <source>Search by meaning does not work at the moment: {why}.</source>
        <translation>语义搜索暂时无法使用：{why}。</translation>
    </message>
    <message>
        <source>Names and text are searched without it; it is tried again by itself.</source>
        <translation>期间仍会搜索文件名和正文；程序会自动重试。</translation>
    </message>
    <message>
        <source>The model for search by meaning ({model}) could not be loaded: {why}.</source>
        <translation>无法加载语义搜索模型（{model}）：{why}。</translation>
    </message>
    <message>
        <source>Names and text are searched without it.</source>
        <translation>文件名和文字搜索不受影响。</translation>
    </message>
    <message>
        <source>The sample documents are not at {path}.</source>
        <translation>{path} 处没有示例文档。</translation>
    </message>
    <message>
        <source>Add a folder of your own.</source>
        <translation>请添加您自己的文件夹。</translation>
    </message>
    <message>
        <source>Waiting was stopped; indexing goes on in the background.</source>
        <translation>已停止等待，索引会在后台继续建立。</translation>
    </message>
    <message>
        <source>The line at the bottom shows how far it is.</source>
        <translation>窗口底部会显示进度。</translation>
    </message>
    <message>
        <source>The index for search by meaning was damaged and is being rebuilt.</source>
        <translation>语义搜索的索引已损坏，正在重建。</translation>
    </message>
    <message>
        <source>Names and text are searched meanwhile. You need not do anything.</source>
        <translation>其间仍可搜索文件名和文字，您无需做任何事。</translation>
    </message>
    <message>
        <source>The model server at {url} refused the key.</source>
        <translation>模型服务器 {url} 拒绝了密钥。</translation>
    </message>
    <message>
        <source>Check the API key of this server.</source>
        <translation>请检查该服务器的 API 密钥。</translation>
    </message>
    <message>
        <source>The server at {url} sent something that is not a model&apos;s answer.</source>
        <translation>{url} 返回的内容不是模型的回答。</translation>
    </message>
    <message>
        <source>Check that the address is that of a model server, not of a proxy or a web page.</source>
        <translation>请确认该地址是模型服务器，而不是代理或网页。</translation>
    </message>
    <message>
        <source>The model server at {url} is busy.</source>
        <translation>模型服务器 {url} 正忙。</translation>
    </message>
    <message>
        <source>Try again in a moment.</source>
        <translation>请稍后再试。</translation>
    </message>
    <message>
        <source>The model {model} gave no answer.</source>
        <translation>模型 {model} 没有给出回答。</translation>
    </message>
    <message>
        <source>The passages themselves are quoted instead. Ask again, or choose another model.</source>
        <translation>下面直接摘录原文。可以重新提问，或选择其他模型。</translation>
    </message>
    <message>
        <source>The model {model} needs more memory than is free.</source>
        <translation>模型 {model} 需要的内存超过了可用内存。</translation>
    </message>
    <message>
        <source>Choose a smaller model, or close other programs.</source>
        <translation>请选择较小的模型，或关闭其他程序。</translation>
    </message>
    <message>
        <source>What the model {model} answered does not stand in your files.</source>
        <translation>模型 {model} 的回答在您的文件中找不到依据。</translation>
    </message>
    <message>
        <source>The passages themselves are quoted instead. A larger model may do better.</source>
        <translation>下面直接摘录原文。换用较大的模型效果可能更好。</translation>
    </message>
    <message>
        <source>The model server stopped in the middle of the answer.</source>
        <translation>模型服务器在回答途中停止了。</translation>
    </message>
    <message>
        <source>What came so far is kept. Ask again to retry.</source>
        <translation>已收到的内容会保留，再次提问即可重试。</translation>
    </message>
    <message>
        <source>The model {model} is not on the server.</source>
        <translation>服务器上没有模型 {model}。</translation>
    </message>
    <message>
        <source>Pull it with “ollama pull {model}”, or choose another model.</source>
        <translation>请用“ollama pull {model}”下载，或选择其他模型。</translation>
    </message>
    <message>
        <source>The model server at {url} has no model yet.</source>
        <translation>模型服务器 {url} 上还没有模型。</translation>
    </message>
    <message>
        <source>Pull one, for example with “ollama pull {suggestion}”.</source>
        <translation>请下载一个，例如运行“ollama pull {suggestion}”。</translation>
    </message>
    <message>
        <source>The model server reported an error: {detail}.</source>
        <translation>模型服务器报告错误：{detail}。</translation>
    </message>
    <message>
        <source>Look at the server&apos;s own log, or choose another model.</source>
        <translation>请查看服务器自身的日志，或选择其他模型。</translation>
    </message>
    <message>
        <source>The model server at {url} did not answer in {seconds} seconds.</source>
        <translation>模型服务器 {url} 在 {seconds} 秒内没有回应。</translation>
    </message>
    <message>
        <source>A smaller model answers sooner.</source>
        <translation>换用较小的模型会更快。</translation>
    </message>
    <message>
        <source>No model server answers at {url}.</source>
        <translation>{url} 上没有模型服务器回应。</translation>
    </message>
    <message>
        <source>Start Ollama with “ollama serve”. Finding files works without it.</source>
        <translation>请运行“ollama serve”启动 Ollama。查找文件不受影响。</translation>
    </message>
    <message>
        <source>The model {model} runs in the cloud, not on this computer.</source>
        <translation>模型 {model} 运行在云端，不在这台电脑上。</translation>
    </message>
    <message>
        <source>Choose a local model. Nothing was sent.</source>
        <translation>请选择本地模型。没有发送任何内容。</translation>
    </message>
</context>
<context>
    <name>FolderRow</name>
    <message>
        <source>Remove {folder}</source>
        <translation>移除 {folder}</translation>
    </message>
</context>
<context>
    <name>FoldersDialog</name>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>No folder yet. Add one, and its files can be found at once.</source>
        <translation>还没有文件夹。添加之后，里面的文件马上就能找到。</translation>
    </message>
    <message>
        <source>Remove folder</source>
        <translation>移除文件夹</translation>
    </message>
    <message>
        <source>Remove {folder} from Docent?</source>
        <translation>要从 Docent 中移除 {folder} 吗？</translation>
    </message>
    <message>
        <source>Your files stay where they are. Only what Docent remembers of them is deleted.</source>
        <translation>您的文件不会受影响，只会删除 Docent 为它们建立的索引。</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
</context>
<context>
    <name>FoundCard</name>
    <message>
        <source>Found files</source>
        <translation>找到的文件</translation>
    </message>
    <message numerus="yes">
        <source>Show %Ln more file(s)</source>
        <translation>
            <numerusform>再显示 %Ln 个文件</numerusform>
        </translation>
    </message>
    <message>
        <source>Show fewer</source>
        <translation>收起</translation>
    </message>
</context>
<context>
    <name>LiveResults</name>
    <message>
        <source>↓ choose  ·  Enter asks</source>
        <translation>↓ 选择  ·  Enter 提问</translation>
    </message>
    <message>
        <source>Files that match</source>
        <translation>匹配的文件</translation>
    </message>
    <message>
        <source>Searching…</source>
        <translation>正在搜索…</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln 个文件</numerusform>
        </translation>
    </message>
    <message>
        <source>No file matches these words. Press Enter to ask anyway.</source>
        <translation>没有匹配的文件。按 Enter 仍可提问。</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Docent</source>
        <translation>Docent 文件助手</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>新对话</translation>
    </message>
    <message>
        <source>Ctrl+N</source>
        <translation>Ctrl+N</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>Ctrl+,</source>
        <translation>Ctrl+,</translation>
    </message>
    <message>
        <source>Add a folder</source>
        <translation>添加文件夹</translation>
    </message>
    <message>
        <source>{folder} was removed.</source>
        <translation>已移除 {folder}。</translation>
    </message>
    <message>
        <source>Until {time} it can come back as it was.</source>
        <translation>在 {time} 之前可以原样恢复。</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>QuestionBox</name>
    <message>
        <source>Ask a question, or type a few words to find a file</source>
        <translation>输入问题，或用几个词查找文件</translation>
    </message>
    <message>
        <source>Question</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Ask (Enter)</source>
        <translation>提问（Enter）</translation>
    </message>
    <message>
        <source>Stop (Esc)</source>
        <translation>停止（Esc）</translation>
    </message>
</context>
<context>
    <name>StageLine</name>
    <message>
        <source>Searching…</source>
        <translation>正在搜索…</translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <translation>正在加载模型…</translation>
    </message>
    <message>
        <source>Thinking…</source>
        <translation>正在思考…</translation>
    </message>
    <message>
        <source>Writing…</source>
        <translation>正在作答…</translation>
    </message>
    <message>
        <source>Working…</source>
        <translation>正在处理…</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在阅读…</translation>
    </message>
    <message>
        <source>Reading {passages} from {files}…</source>
        <translation>正在阅读 {files}中的 {passages}…</translation>
    </message>
    <message numerus="yes">
        <source>%Ln passage(s)</source>
        <translation>
            <numerusform>%Ln 个段落</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <comment>from so many files</comment>
        <translation>
            <numerusform>%Ln 个文件</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StartPage</name>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>or drop one onto this window</source>
        <translation>或将文件夹拖到此窗口</translation>
    </message>
    <message>
        <source>Progress of indexing</source>
        <translation>索引进度</translation>
    </message>
    <message>
        <source>File names can be found within seconds, their contents a little later.</source>
        <translation>文件名几秒钟内就能搜到，内容稍后也能搜到。</translation>
    </message>
    <message>
        <source>Ask in English or Chinese. Every answer names the files and pages it comes from.</source>
        <translation>可以用中文或英文提问。每个回答都会注明出自哪个文件、哪一页。</translation>
    </message>
    <message>
        <source>Your files are only read, never changed. Nothing leaves this computer unless you choose a model elsewhere.</source>
        <translation>您的文件只会被读取，绝不会被改动。除非您选用远程模型，否则任何内容都不会离开这台电脑。</translation>
    </message>
    <message>
        <source>For example</source>
        <translation>例如</translation>
    </message>
    <message>
        <source>When does the lease end, and how much notice is needed?</source>
        <translation>租房合同什么时候到期？退租要提前多久通知？</translation>
    </message>
    <message>
        <source>the slides I changed last week</source>
        <translation>上周改过的幻灯片</translation>
    </message>
    <message>
        <source>Which invoices are above 1,000?</source>
        <translation>哪些发票超过 1000 元？</translation>
    </message>
    <message>
        <source>Docent</source>
        <translation>Docent 文件助手</translation>
    </message>
    <message>
        <source>Finds your files and answers from them.</source>
        <translation>找到您的文件，并从中给出答案。</translation>
    </message>
    <message>
        <source>Ask your own files</source>
        <translation>向自己的文件提问</translation>
    </message>
    <message>
        <source>Choose a folder with documents, and Docent finds what you are looking for in it.</source>
        <translation>选择一个存放文档的文件夹，Docent 就能帮您找到想要的内容。</translation>
    </message>
    <message>
        <source>Getting to know your files</source>
        <translation>正在熟悉您的文件</translation>
    </message>
    <message>
        <source>You can search already. Names come first, then what is written in the files.</source>
        <translation>现在就可以搜索：先能搜到文件名，随后能搜到内容。</translation>
    </message>
    <message>
        <source>{files} ready to be found and asked.</source>
        <translation>{files}已就绪，可以查找和提问。</translation>
    </message>
    <message>
        <source>What are you looking for?</source>
        <translation>想找什么？</translation>
    </message>
</context>
<context>
    <name>StatusDialog</name>
    <message>
        <source>How Docent is doing</source>
        <translation>运行状况</translation>
    </message>
    <message>
        <source>Folders…</source>
        <translation>文件夹…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>For an hour</source>
        <translation>暂停一小时</translation>
    </message>
    <message>
        <source>Until I resume</source>
        <translation>直到我继续</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Index</source>
        <translation>索引</translation>
    </message>
    <message>
        <source>Passages</source>
        <translation>段落</translation>
    </message>
    <message>
        <source>Space on disk</source>
        <translation>占用空间</translation>
    </message>
    <message>
        <source>Search by meaning</source>
        <translation>语义搜索</translation>
    </message>
    <message>
        <source>Model server</source>
        <translation>模型服务器</translation>
    </message>
</context>
<context>
    <name>StatusStrip</name>
    <message>
        <source>Show what is indexed</source>
        <translation>查看索引情况</translation>
    </message>
    <message>
        <source>Show what answers your questions</source>
        <translation>查看由谁来回答</translation>
    </message>
</context>
<context>
    <name>StatusText</name>
    <message>
        <source>The engine does not run</source>
        <translation>引擎未运行</translation>
    </message>
    <message>
        <source>Engine lost, starting it again…</source>
        <translation>引擎已断开，正在重新启动…</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <source>No folder yet</source>
        <translation>还没有文件夹</translation>
    </message>
    <message numerus="yes">
        <source>%Ln folder(s) cannot be reached</source>
        <translation>
            <numerusform>%Ln 个文件夹无法访问</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln problem(s)</source>
        <translation>
            <numerusform>%Ln 个问题</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln could not be read</source>
        <translation>
            <numerusform>%Ln 个无法读取</numerusform>
        </translation>
    </message>
    <message>
        <source>{files} ready</source>
        <translation>{files}已就绪</translation>
    </message>
    <message>
        <source>Indexing {percent}</source>
        <translation>正在建立索引 {percent}</translation>
    </message>
    <message>
        <source>Preparing search by meaning {percent}</source>
        <translation>正在准备语义搜索 {percent}</translation>
    </message>
    <message>
        <source>Reading text in pictures {percent}</source>
        <translation>正在识别图片中的文字 {percent}</translation>
    </message>
    <message>
        <source>Looking for files…</source>
        <translation>正在查看文件…</translation>
    </message>
    <message>
        <source>{done} of {total} files read</source>
        <translation>已读取 {done} / {total} 个文件</translation>
    </message>
    <message>
        <source>{done} of {total} passages prepared for search by meaning</source>
        <translation>语义搜索已准备 {done} / {total} 个段落</translation>
    </message>
    <message numerus="yes">
        <source>%Ln picture(s) and scanned page(s) to read</source>
        <translation>
            <numerusform>还有 %Ln 张图片或扫描页待识别</numerusform>
        </translation>
    </message>
    <message>
        <source>Looking at what is in your folders</source>
        <translation>正在查看文件夹里有什么</translation>
    </message>
    <message>
        <source>{time} left</source>
        <translation>还需{time}</translation>
    </message>
    <message>
        <source>slowly: {why}</source>
        <translation>放慢速度：{why}</translation>
    </message>
    <message>
        <source>Indexing waits: {why}</source>
        <translation>索引等待中：{why}</translation>
    </message>
    <message>
        <source>Indexing paused until {time}</source>
        <translation>索引已暂停至 {time}</translation>
    </message>
    <message>
        <source>Indexing paused</source>
        <translation>索引已暂停</translation>
    </message>
    <message>
        <source>the disk is nearly full</source>
        <translation>磁盘快满了</translation>
    </message>
    <message>
        <source>a question is being answered</source>
        <translation>正在回答问题</translation>
    </message>
    <message>
        <source>the battery is low</source>
        <translation>电量不足</translation>
    </message>
    <message>
        <source>on battery</source>
        <translation>正在使用电池</translation>
    </message>
    <message>
        <source>the computer is hot</source>
        <translation>电脑过热</translation>
    </message>
    <message>
        <source>a program fills the screen</source>
        <translation>有程序正在全屏运行</translation>
    </message>
    <message>
        <source>other programs are busy</source>
        <translation>其他程序正忙</translation>
    </message>
    <message numerus="yes">
        <source>%Ln waiting</source>
        <comment>files to be read</comment>
        <translation>
            <numerusform>%Ln 个等待读取</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln without meaning yet</source>
        <comment>files</comment>
        <translation>
            <numerusform>%Ln 个尚不能按语义查找</numerusform>
        </translation>
    </message>
    <message>
        <source>checked {time}</source>
        <translation>{time} 检查过</translation>
    </message>
    <message>
        <source>Looking for a model server…</source>
        <translation>正在查找模型服务器…</translation>
    </message>
    <message>
        <source>No model yet</source>
        <translation>还没有模型</translation>
    </message>
    <message>
        <source>No model server</source>
        <translation>没有模型服务器</translation>
    </message>
    <message>
        <source>{model} on {host}</source>
        <translation>{host} 上的 {model}</translation>
    </message>
    <message>
        <source>Docent looks for a program that runs language models, such as Ollama.</source>
        <translation>Docent 正在查找运行语言模型的程序，例如 Ollama。</translation>
    </message>
    <message>
        <source>{name} runs, but has no model. Get one with: ollama pull qwen3:4b</source>
        <translation>{name} 正在运行，但还没有模型。下载一个：ollama pull qwen3:4b</translation>
    </message>
    <message>
        <source>Finding files works without one. For answers in full sentences, install Ollama and run: ollama serve</source>
        <translation>没有它也能查找文件。如需完整的书面回答，请安装 Ollama 并运行：ollama serve</translation>
    </message>
    <message>
        <source>Your questions and the passages they need are sent to {host}.</source>
        <translation>您的问题和所需段落会发送到 {host}。</translation>
    </message>
    <message>
        <source>Answers are written by {model} on this computer ({name}).</source>
        <translation>由这台电脑上的 {model} 作答（{name}）。</translation>
    </message>
    <message>
        <source>switched off</source>
        <translation>已关闭</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>ready (resting)</source>
        <translation>就绪（休眠中）</translation>
    </message>
    <message>
        <source>not available: {why}</source>
        <translation>不可用：{why}</translation>
    </message>
    <message>
        <source>Fully searchable</source>
        <translation>可全面搜索</translation>
    </message>
    <message>
        <source>Searchable by words, meaning follows</source>
        <translation>可搜索文字，语义稍后就绪</translation>
    </message>
    <message>
        <source>Searchable by name only</source>
        <translation>仅可搜索文件名</translation>
    </message>
    <message>
        <source>Without text</source>
        <translation>没有文字</translation>
    </message>
    <message>
        <source>Could not be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>Left out by a rule</source>
        <translation>按规则略过</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待处理</translation>
    </message>
    <message>
        <source>cannot be found – is its disk connected?</source>
        <translation>找不到，磁盘连接了吗？</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>its disk is not connected; its files are still found</source>
        <translation>磁盘未连接，其中的文件仍可查找</translation>
    </message>
    <message>
        <source>on another computer: changes are noticed after some minutes</source>
        <translation>位于另一台计算机：更改会在几分钟后被发现</translation>
    </message>
    <message>
        <source>too many folders: some changes are noticed after some minutes</source>
        <translation>文件夹过多：部分更改会在几分钟后被发现</translation>
    </message>
    <message>
        <source>changes are noticed after some minutes</source>
        <translation>更改会在几分钟后被发现</translation>
    </message>
</context>
<context>
    <name>Thinking</name>
    <message>
        <source>Thinking</source>
        <translation>思考过程</translation>
    </message>
</context>
<context>
    <name>Transcript</name>
    <message>
        <source>Conversation</source>
        <translation>对话</translation>
    </message>
</context>
<context>
    <name>Turn</name>
    <message>
        <source>Answer</source>
        <translation>回答</translation>
    </message>
    <message>
        <source>Copy answer</source>
        <translation>复制回答</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>重新提问</translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation>已停止。</translation>
    </message>
    <message>
        <source>Written by {model}</source>
        <translation>由 {model} 撰写</translation>
    </message>
    <message>
        <source>cut at the length limit</source>
        <translation>已达长度上限，后文略去</translation>
    </message>
    <message numerus="yes">
        <source>%Ln sentence(s) not found in your files</source>
        <translation>
            <numerusform>%Ln 句在您的文件中未找到依据</numerusform>
        </translation>
    </message>
    <message>
        <source>Written by {model} on {host}, another computer</source>
        <translation>由另一台电脑 {host} 上的 {model} 撰写</translation>
    </message>
    <message>
        <source>Quoted from your files – no model server is running</source>
        <translation>以下摘自您的文件，目前没有运行模型服务器</translation>
    </message>
    <message>
        <source>To get answers in full sentences, install Ollama and run: ollama serve</source>
        <translation>如需完整的书面回答，请安装 Ollama 并运行：ollama serve</translation>
    </message>
    <message>
        <source>Quoted from your files – {why}</source>
        <translation>以下摘自您的文件。{why}</translation>
    </message>
    <message>
        <source>The files above come nearest. Try other words, or add the folder that holds the answer.</source>
        <translation>上面是最接近的文件。换个说法试试，或添加答案所在的文件夹。</translation>
    </message>
    <message>
        <source>Add folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>just now</source>
        <translation>刚刚</translation>
    </message>
    <message numerus="yes">
        <source>%Ln minute(s) ago</source>
        <translation>
            <numerusform>%Ln 分钟前</numerusform>
        </translation>
    </message>
    <message>
        <source>today {time}</source>
        <translation>今天 {time}</translation>
    </message>
    <message>
        <source>yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>d MMM yyyy</source>
        <comment>date with its year</comment>
        <translation>yyyy年M月d日</translation>
    </message>
    <message>
        <source>d MMM</source>
        <comment>date of this year</comment>
        <translation>M月d日</translation>
    </message>
    <message>
        <source>{number}%</source>
        <comment>percentage</comment>
        <translation>{number}%</translation>
    </message>
    <message>
        <source>in {container} · {folder}</source>
        <translation>在 {container} 内 · {folder}</translation>
    </message>
    <message>
        <source>(offline) {place}</source>
        <translation>（离线）{place}</translation>
    </message>
    <message>
        <source>page {page}</source>
        <translation>第 {page} 页</translation>
    </message>
    <message>
        <source>slide {slide}</source>
        <translation>第 {slide} 张幻灯片</translation>
    </message>
    <message>
        <source>{sheet}, row {row}</source>
        <translation>{sheet}，第 {row} 行</translation>
    </message>
    <message>
        <source>sheet {sheet}</source>
        <translation>工作表 {sheet}</translation>
    </message>
    <message>
        <source>line {line}</source>
        <translation>第 {line} 行</translation>
    </message>
    <message>
        <source>less than a minute</source>
        <translation>不到 1 分钟</translation>
    </message>
    <message numerus="yes">
        <source>about %Ln minute(s)</source>
        <translation>
            <numerusform>约 %Ln 分钟</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>about %Ln hour(s)</source>
        <translation>
            <numerusform>约 %Ln 小时</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln 个文件</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>_FileMenu</name>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>复制路径</translation>
    </message>
</context>
</TS>
