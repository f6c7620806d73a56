using System.Runtime.InteropServices;

namespace Rubato.Tensors.Kernels.Assembled;

/// <summary>The one argument of an assembled tile: C = A B, or C += A B.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TileJob
{
    public byte* A;

    public byte* B;

    public float* C;

    /// <summary>At least 1.</summary>
    public long Steps;

    /// <summary>The lower half of A, where its rows lie apart; so the next two.</summary>
    public byte* Lower;

    /// <summary>Bytes from one row of A to the next.</summary>
    public nint Pitch;

    /// <summary>Bytes from each step of A to the next.</summary>
    public nint* Moves;

    /// <summary>Bytes from the start to a member.</summary>
    public const int AtA = 0, AtB = 8, AtC = 16, AtSteps = 24, AtLower = 32, AtPitch = 40, AtMoves = 48;
}
