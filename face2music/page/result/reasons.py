"""tmp"""
def reasons(song, texts):
    return ""
