"""LoRA: an adapter of a model in a GGUF file, trained on a CPU (Hu et al., LoRA, 2021; docs/learning.md).

Takes    a training set, a recipe and the model's weights
Gives    an adapter that llama.cpp loads, with its loss on the development split before and after
Never    changes the weights, looks at a test split, needs a network or a GPU, or loses a checkpoint where a disk fills

PyTorch, peft and gguf are the extra `train`: only `weights` and `recipe` are imported without them.
"""
