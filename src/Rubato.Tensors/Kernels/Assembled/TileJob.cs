using System.Runtime.InteropServices;

namespace Rubato.Tensors.Kernels.Assembled;

/// <summary>The one argument of an assembled tile: C += A B.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TileJob
{
    public byte* A;

    public byte* B;

    public float* C;

    /// <summary>At least 1.</summary>
    public long Steps;

    /// <summary>Bytes from the start to a member.</summary>
    public const int AtA = 0, AtB = 8, AtC = 16, AtSteps = 24;
}
