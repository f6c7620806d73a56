using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors;

/// <summary>Weighted sums of tensors, as the equations of solvers are: in float64 and rounded once.</summary>
public static unsafe class LinearCombination
{
    /// <summary>The sum of c x over the terms, added from the first to the last.</summary>
    /// <param name="terms">At least one; all tensors have one shape and are all float32 or all float64.</param>
    /// <exception cref="ArgumentException">There are no terms, or the shapes or the types differ.</exception>
    public static Tensor Of(params ReadOnlySpan<(double C, Tensor X)> terms)
    {
        if (terms.IsEmpty) throw new ArgumentException("At least one term is needed.", nameof(terms));
        Tensor first = terms[0].X;
        if (first.DType is not (DType.Float32 or DType.Float64))
            throw new ArgumentException($"Terms are float32 or float64, not {first.DType}.", nameof(terms));
        double* factors = stackalloc double[terms.Length];
        byte** tensors = stackalloc byte*[terms.Length];
        for (int i = 0; i < terms.Length; i++)
        {
            (double c, Tensor x) = terms[i];
            if (x.Shape != first.Shape)
                throw new ArgumentException($"The shapes {first.Shape} and {x.Shape} are not equal.", nameof(terms));
            if (x.DType != first.DType)
                throw new ArgumentException($"The types {first.DType} and {x.DType} are not equal.", nameof(terms));
            factors[i] = c;
            tensors[i] = x.Bytes;
        }

        Tensor result = Tensor.Empty(first.Shape, first.DType);
        var kernel = new Kernel(factors, tensors, terms.Length, result);
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
    private readonly struct Kernel(double* factors, byte** tensors, int terms, Tensor result) : IKernel
    {
        private const int PieceLength = 8192;

        private readonly byte* _result = result.Bytes;
        private readonly int _count = result.Count;
        private readonly bool _wide = result.DType == DType.Float64;

        public int Units => (int)(((long)_count + PieceLength - 1) / PieceLength);

        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            int first = begin * PieceLength, last = (int)Math.Min((long)end * PieceLength, _count);
            if (_wide) RunFloat64(first, last);
            else RunFloat32(first, last);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void RunFloat32(int i, int last)
        {
            float* result = (float*)_result;
            for (; i + Vector256<float>.Count <= last; i += Vector256<float>.Count)
            {
                (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.Load((float*)tensors[0] + i));
                low *= factors[0];
                high *= factors[0];
                for (int t = 1; t < terms; t++)
                {
                    (Vector256<double> a, Vector256<double> b) = Vector256.Widen(Vector256.Load((float*)tensors[t] + i));
                    low += a * factors[t];
                    high += b * factors[t];
                }

                Vector256.Narrow(low, high).Store(result + i);
            }

            for (; i < last; i++)
            {
                double sum = factors[0] * ((float*)tensors[0])[i];
                for (int t = 1; t < terms; t++) sum += factors[t] * ((float*)tensors[t])[i];
                result[i] = (float)sum;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void RunFloat64(int i, int last)
        {
            double* result = (double*)_result;
            for (; i < last; i++)
            {
                double sum = factors[0] * ((double*)tensors[0])[i];
                for (int t = 1; t < terms; t++) sum += factors[t] * ((double*)tensors[t])[i];
                result[i] = sum;
            }
        }
    }
}
