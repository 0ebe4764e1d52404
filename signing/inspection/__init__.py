"""验签 (R141): anybody may ask whether a signed PDF is genuine, by its file or by its code. Nothing of the file is kept."""
