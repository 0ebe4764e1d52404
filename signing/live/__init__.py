"""Tests of 电子签名 against the sandbox itself, a process of its own on a real socket."""
