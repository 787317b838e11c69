#include "sum.h"

int ffi_sum(int a, int b) {
    return a + b + OFFSET;
}
