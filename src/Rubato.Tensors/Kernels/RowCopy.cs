using System.Runtime.CompilerServices;

namespace Rubato.Tensors.Kernels;

/// <summary>Copies runs of numbers from one pitch to another; a unit is a piece of a run.</summary>
internal readonly unsafe struct RowCopy(float* from, long fromPitch, float* to, long toPitch, int run) : IKernel
{
    private const int PieceLength = 16384;

    private int Pieces => (run + PieceLength - 1) / PieceLength;

    public static void Copy(float* from, long fromPitch, float* to, long toPitch, int rows, int run)
    {
        if (rows == 0 || run == 0) return;
        var copy = new RowCopy(from, fromPitch, to, toPitch, run);
        KernelSet.Current.For(copy, rows * copy.Pieces, (long)rows * run);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run<T>(int begin, int end)
        where T : struct, ISimd<T>
    {
        int pieces = Pieces;
        for (int unit = begin; unit < end; unit++)
        {
            int row = unit / pieces, first = unit % pieces * PieceLength;
            int bytes = Math.Min(PieceLength, run - first) * sizeof(float);
            Unsafe.CopyBlockUnaligned(to + row * toPitch + first, from + row * fromPitch + first, (uint)bytes);
        }
    }
}
