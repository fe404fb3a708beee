#!/usr/bin/env python3
"""A plugin of age whose recipients are nobody's: it puts the file key into the header as it is.

Its stanzas have a random argument, as those of real plugins have, so that nothing in them distinguishes
one recipient from another. Source: https://github.com/C2SP/C2SP/blob/main/age-plugin.md
"""

import base64
import os
import sys


def read_stanza():
    """One stanza of the client: its words, and its body, which ends with a line of fewer than 64 letters."""
    words = sys.stdin.readline().split()[1:]
    body = ""
    while True:
        line = sys.stdin.readline().rstrip("\n")
        body += line
        if len(line) < 64:
            return words, body


def send(words, body=""):
    print("->", *words)
    print(body, flush=True)


def ask(words, body=""):
    send(words, body)
    read_stanza()


def read_phase():
    stanzas = []
    while True:
        words, body = read_stanza()
        if words[0] == "done":
            return stanzas
        stanzas.append((words, body))


def main():
    stanzas = read_phase()
    if sys.argv[1] == "--age-plugin=recipient-v1":
        recipients = [words for words, _ in stanzas if words[0] == "add-recipient"]
        [file_key] = [body for words, body in stanzas if words[0] == "wrap-file-key"]
        for _ in recipients:
            random = base64.b64encode(os.urandom(15)).decode()
            ask(["recipient-stanza", "0", "fixture", random], file_key)
    else:
        for words, body in stanzas:
            if words[0] == "recipient-stanza" and words[2] == "fixture":
                ask(["file-key", words[1]], body)
                break
    send(["done"])


main()
