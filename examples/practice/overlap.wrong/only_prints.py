# fails: together 3
print("fetched news")
print("fetched mail")
print("fetched wiki")
print("all done")
