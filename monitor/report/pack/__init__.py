"""The pack of one organisation: what of its returns is not received, and on what that rests, for a conversation.

`gathering` reads, `content` decides what is said, `as_html` and `as_docx` write it, `writing` puts the files in place.
"""
