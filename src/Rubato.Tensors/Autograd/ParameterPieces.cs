using Rubato.Tensors.Kernels;

namespace Rubato.Tensors.Autograd;

/// <summary>Operands of an update, element for element; those that it does not take are null.</summary>
internal readonly unsafe struct ParameterPiece(float* a, float* b, float* c, float* d, int count)
{
    public readonly float* A = a, B = b, C = c, D = d;
    public readonly int Count = count;
}

/// <summary>Many tensors cut into pieces, so that one parallel region updates all of them.</summary>
internal static unsafe class ParameterPieces
{
    private const int Length = 16384;

    /// <summary>Cuts tensors that lie outside of scopes: their memory does not move.</summary>
    /// <param name="tensors">For each parameter one to four tensors of one shape.</param>
    public static ParameterPiece[] Cut(IEnumerable<Tensor[]> tensors)
    {
        var pieces = new List<ParameterPiece>();
        foreach (Tensor[] t in tensors)
        {
            for (int begin = 0; begin < t[0].Count; begin += Length)
                pieces.Add(new ParameterPiece(At(t, 0, begin), At(t, 1, begin), At(t, 2, begin), At(t, 3, begin),
                    Math.Min(Length, t[0].Count - begin)));
        }

        return [.. pieces];
    }

    /// <summary>Runs an update on all pieces.</summary>
    /// <param name="kernel">A unit is a piece.</param>
    /// <param name="pieces">The pieces of the kernel.</param>
    public static void Run<TKernel>(in TKernel kernel, ParameterPiece[] pieces)
        where TKernel : struct, IKernel
        => KernelSet.Current.For(kernel, pieces.Length, (long)pieces.Length * Length);

    private static float* At(Tensor[] tensors, int index, int begin)
        => index < tensors.Length ? tensors[index].Floats + begin : null;
}
