"""From a scene to its picture, by rays. Everything is a function of a point of the frame, so crops and sizes agree."""
