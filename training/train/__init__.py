"""The five trainers (`clip`, `classifier`, `decoder`, `prior`, `upsampler`) and what they share."""
