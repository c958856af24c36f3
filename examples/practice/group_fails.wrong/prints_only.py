# fails: cancels 1
import time

time.sleep(0.5)
print("stopped broken")
print("stopped news")
print("failed: no such page")
print("main goes on")
