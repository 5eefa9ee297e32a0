"""What leaves this folder: `toybox`, `random_pack` and `probe_model` write ONNX files, `…_goldens` what the
tests expect of them.
"""
