project = "stranger"
extensions = ["example_output"]
