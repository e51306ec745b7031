"""FER-2013 -> weights of the emotion network. Reads: data, augment, model, fit."""
