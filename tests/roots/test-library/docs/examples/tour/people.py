PEOPLE = ["Ada", "Grace"]
