using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors;

/// <summary>The matrix product of two tensors.</summary>
public static class MatrixProduct
{
    /// <summary>left [.., M, K] times right [.., K, N]; leading axes are equal, or absent on the right.</summary>
    /// <param name="left">[.., M, K]</param>
    /// <param name="right">[.., K, N]</param>
    /// <param name="precision">What the product is computed in.</param>
    /// <returns>[.., M, N]</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static unsafe Tensor MatMul(this Tensor left, Tensor right, Precision precision = Precision.Float32)
    {
        if (left.Shape.Rank < 2 || right.Shape.Rank < 2 || left.Shape[-1] != right.Shape[-2])
            throw new ArgumentException($"The product of {left.Shape} and {right.Shape} does not exist.", nameof(right));
        int m = left.Shape[-2], k = left.Shape[-1], n = right.Shape[-1];
        int batch = left.Shape.Product(0, left.Shape.Rank - 2), rightBatch = right.Shape.Product(0, right.Shape.Rank - 2);
        if (rightBatch != 1 && rightBatch != batch)
            throw new ArgumentException($"The product of {left.Shape} and {right.Shape} does not exist.", nameof(right));
        Tensor result = Tensor.Empty(left.Shape.With(-1, n));
        if (Tape.For(left, right) is { } tape) Record(tape, left, right, precision, result);
        if (result.Count == 0 || k == 0)
        {
            result.AsSpan().Clear();
            return result;
        }

        using Scope scope = Scope.Begin();   // for the packed right operand
        PackedMatrix? packed = null;
        for (int i = 0; i < batch; i++)
        {
            if (packed is null || rightBatch != 1)
            {
                packed = KernelSet.Current.Pack(new WeightMatrix
                {
                    Data = right.Floats + (rightBatch == 1 ? 0 : (long)i * k * n),
                    Columns = n,
                    Channels = k,
                    ColumnStride = 1,
                    ChannelStride = n,
                }, precision);
            }

            packed.Multiply(new Product
            {
                Rows = RowSource.Matrix(left.Floats + (long)i * m * k, m, k),
                Output = result.Floats + (long)i * m * n,
                OutputStride = n,
            });
        }

        return result;
    }

    private static void Record(Tape tape, Tensor left, Tensor right, Precision precision, Tensor result)
    {
        tape.Save(left);
        tape.Save(right);
        tape.Record(result, dy =>
        {
            left.Adjoint?.Add(dy.MatMul(Transposed(right), precision));
            if (right.Adjoint is null) return;
            bool shared = right.Count == right.Shape[-2] * right.Shape[-1];   // its gradient is the sum over the batch
            Tensor l = shared ? left.Reshape(-1, left.Shape[-1]) : left, d = shared ? dy.Reshape(-1, dy.Shape[-1]) : dy;
            right.Adjoint.Add(Transposed(l).MatMul(d, precision).Reshape(right.Shape));
        });
    }

    private static Tensor Transposed(Tensor x)
    {
        int[] order = [.. Enumerable.Range(0, x.Shape.Rank)];
        (order[^2], order[^1]) = (order[^1], order[^2]);
        return x.Permute(order);
    }
}
