using System.Runtime.CompilerServices;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors.Autograd;

/// <summary>An exponential moving average of parameters: usually a better network than the parameters themselves.</summary>
public sealed unsafe class ParameterAverage
{
    private readonly ParameterPiece[] _pieces;

    /// <summary>An average that begins with the parameters as they are.</summary>
    public ParameterAverage(IEnumerable<Parameter> parameters)
    {
        Parameter[] all = [.. parameters];
        Values = [.. all.Select(parameter => parameter.Value.Clone())];
        _pieces = ParameterPieces.Cut(all.Select((parameter, i) => new[] { Values[i], parameter.Value }));
    }

    /// <summary>The averages, in the order of the parameters.</summary>
    public IReadOnlyList<Tensor> Values { get; }

    /// <summary>Moves the averages towards the parameters.</summary>
    /// <param name="keep">What the averages keep of themselves, 0 to 1.</param>
    public void Update(double keep) => ParameterPieces.Run(new Kernel(_pieces, (float)(1 - keep)), _pieces);

    private readonly struct Kernel(ParameterPiece[] pieces, float part) : IKernel
    {
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            for (int i = begin; i < end; i++)
            {
                ParameterPiece piece = pieces[i];
                int whole = piece.Count / T.Width * T.Width;
                Update<T>(piece, 0, whole);
                Update<Simd1>(piece, whole, piece.Count);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Update<T>(in ParameterPiece piece, int begin, int end)
            where T : struct, ISimd<T>
        {
            T share = T.Create(part);
            for (int i = begin; i < end; i += T.Width)
            {
                T average = T.Load(piece.A + i);
                T.Fma(share, T.Load(piece.B + i) - average, average).Store(piece.A + i);
            }
        }
    }
}
