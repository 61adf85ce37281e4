import Lifespan
