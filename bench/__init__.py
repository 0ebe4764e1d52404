"""Measurements, never judgements: each prints `name: value unit`, medians of three."""
