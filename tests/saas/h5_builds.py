"""A small build of the mini-program: what mpweb writes, without its code."""

PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="robots" content="noindex">
<title>微铺</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="shell.css">
<link rel="preload" as="script" href="app.js">
</head>
<body>
<script type="application/json" id="mp-config">{}</script>
<script src="first.js"></script>
</body>
</html>
"""


def write_build(folder, script="console.log(1)"):
    """Write index.html, app.js, first.js, shell.css and a picture into `folder`."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    (folder / "app.js").write_text(script)
    (folder / "first.js").write_text("console.log(0)")
    (folder / "app.js.map").write_text("{}")
    (folder / "shell.css").write_text("body{}")
    (folder / "images" / "star.png").write_bytes(b"\x89PNG")
    (folder / "secret.txt").write_text("no file of the build")
    (folder / "index.html").write_text(PAGE)
    return folder
