using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors;

/// <summary>Weighted sums of tensors, as the equations of solvers are: in float64 and rounded once.</summary>
public static unsafe class LinearCombination
{
    private const int MostTerms = 4;

    /// <summary>The sum of c x over the terms, added from the first to the last.</summary>
    /// <param name="terms">One to four; all tensors have one shape.</param>
    /// <exception cref="ArgumentException">There are no or too many terms, or the shapes differ.</exception>
    public static Tensor Of(params ReadOnlySpan<(double C, Tensor X)> terms)
    {
        if (terms.Length is < 1 or > MostTerms)
            throw new ArgumentException($"One to {MostTerms} terms can be combined, not {terms.Length}.", nameof(terms));
        Shape shape = terms[0].X.Shape;
        foreach ((_, Tensor x) in terms)
        {
            if (x.Shape != shape)
                throw new ArgumentException($"The shapes {shape} and {x.Shape} are not equal.", nameof(terms));
        }

        Tensor result = Tensor.Empty(shape);
        var kernel = new Kernel(terms, result.Floats, result.Count);
        KernelSet.Current.For(kernel, kernel.Units, (long)result.Count * terms.Length);
        foreach ((_, Tensor x) in terms)
        {
            if (Tape.For(x) is not { } tape) continue;
            Record(tape, result, terms.ToArray());
            break;
        }

        return result;
    }

    private static void Record(Tape tape, Tensor result, (double C, Tensor X)[] terms) => tape.Record(result, dy =>
    {
        foreach ((double c, Tensor x) in terms) x.Adjoint?.Add(dy.Scale(c));
    });

    /// <summary>
    /// A unit is a piece. Float64 needs no seam of its own: the runtime's vectors of four do the same IEEE operations
    /// on every machine.
    /// </summary>
    private readonly struct Kernel : IKernel
    {
        private const int PieceLength = 8192;

        private readonly float* _result, _x0, _x1, _x2, _x3;
        private readonly double _c0, _c1, _c2, _c3;
        private readonly int _terms, _count;

        public Kernel(ReadOnlySpan<(double C, Tensor X)> terms, float* result, int count)
        {
            _terms = terms.Length;
            _count = count;
            _result = result;
            // Missing terms stand at the first tensor and are not read.
            (_c0, _c1, _c2, _c3) = (terms[0].C, At(terms, 1).C, At(terms, 2).C, At(terms, 3).C);
            _x0 = terms[0].X.Floats;
            _x1 = At(terms, 1).X.Floats;
            _x2 = At(terms, 2).X.Floats;
            _x3 = At(terms, 3).X.Floats;

            static (double C, Tensor X) At(ReadOnlySpan<(double C, Tensor X)> terms, int index)
                => terms[index < terms.Length ? index : 0];
        }

        public int Units => (int)(((long)_count + PieceLength - 1) / PieceLength);

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            int i = begin * PieceLength, last = (int)Math.Min((long)end * PieceLength, _count), width = Vector256<float>.Count;
            for (; i + width <= last; i += width)
            {
                (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.Load(_x0 + i));
                low *= _c0;
                high *= _c0;
                if (_terms > 1) Add(_c1, _x1 + i, ref low, ref high);
                if (_terms > 2) Add(_c2, _x2 + i, ref low, ref high);
                if (_terms > 3) Add(_c3, _x3 + i, ref low, ref high);
                Vector256.Narrow(low, high).Store(_result + i);
            }

            for (; i < last; i++)
            {
                double sum = _c0 * _x0[i];
                if (_terms > 1) sum += _c1 * _x1[i];
                if (_terms > 2) sum += _c2 * _x2[i];
                if (_terms > 3) sum += _c3 * _x3[i];
                _result[i] = (float)sum;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Add(double c, float* x, ref Vector256<double> low, ref Vector256<double> high)
        {
            (Vector256<double> a, Vector256<double> b) = Vector256.Widen(Vector256.Load(x));
            low += a * c;
            high += b * c;
        }
    }
}
