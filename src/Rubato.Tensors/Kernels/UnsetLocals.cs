using System.Runtime.CompilerServices;

// Kernels set what they read; clearing their scratch, 40 KiB in the matrix product, costs more than small products do.
[module: SkipLocalsInit]
