"""Training of the toybox pack: scenes, captions, CLIP and the stages of unCLIP."""
