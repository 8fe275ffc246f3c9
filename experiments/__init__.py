"""What is done with the model, in seven packages. The only top-level folder that imports Hydra.

From top to bottom, each imports only those below it: `cli`, `bench`, `views`, `studies`, `displacement`, `runs`, `results`.
"""
