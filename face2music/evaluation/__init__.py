"""How good the parts are: reports that the model card and the documents quote."""
