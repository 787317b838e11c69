fn sample() {}
