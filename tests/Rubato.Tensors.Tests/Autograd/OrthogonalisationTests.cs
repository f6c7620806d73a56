using Rubato.Tensors.Autograd;

namespace Rubato.Tensors.Tests.Autograd;

/// <summary>Truth: matrices made from known singular vectors, whose singular values go through the polynomial in float64.</summary>
public sealed class OrthogonalisationTests
{
    [Theory]
    [InlineData(5, 9)]
    [InlineData(9, 5)]
    [InlineData(16, 16)]
    [InlineData(1, 7)]
    public void Singular_vectors_stay_and_singular_values_go_through_the_polynomial(int rows, int columns)
    {
        var random = new Random(rows * 100 + columns);
        int rank = Math.Min(rows, columns);
        double[] values = [.. Enumerable.Range(0, rank).Select(_ => Math.Exp(random.NextDouble() * 3 - 2))];
        double[][] u = Reflection(random, rows), v = Reflection(random, columns);
        double norm = Math.Sqrt(values.Sum(s => s * s));

        Tensor result = Orthogonalisation.NewtonSchulz(Compose(u, values, v));

        Tensor expected = Compose(u, [.. values.Select(s => Five(s / norm))], v);
        for (int i = 0; i < expected.Count; i++) Assert.Equal(expected.AsSpan()[i], result.AsSpan()[i], 2e-5f);
    }

    [Fact]
    public void A_convolutions_kernel_is_the_matrix_of_its_outputs()
    {
        var random = new Random(7);
        Tensor kernel = Tensor.From([.. Enumerable.Range(0, 4 * 3 * 3 * 3).Select(_ => (float)random.NextDouble())], [4, 3, 3, 3]);
        Assert.Equal(Orthogonalisation.NewtonSchulz(kernel.Reshape(4, 27)).ToArray(), Orthogonalisation.NewtonSchulz(kernel).ToArray());
    }

    [Fact]
    public void Zeros_stay_zeros()
        => Assert.All(Orthogonalisation.NewtonSchulz(Tensor.Zeros([3, 4])).ToArray(), value => Assert.Equal(0, value));

    private static double Five(double s)
    {
        for (int i = 0; i < 5; i++) s = 3.4445 * s - 4.7750 * s * s * s + 2.0315 * s * s * s * s * s;
        return s;
    }

    /// <summary>I - 2 w w^T / w^T w: an orthogonal matrix.</summary>
    private static double[][] Reflection(Random random, int size)
    {
        double[] w = [.. Enumerable.Range(0, size).Select(_ => random.NextDouble() - 0.5)];
        double square = w.Sum(x => x * x);
        return [.. w.Select((x, i) => w.Select((y, j) => (i == j ? 1 : 0) - 2 * x * y / square).ToArray())];
    }

    private static Tensor Compose(double[][] u, double[] values, double[][] v)
    {
        var result = new float[u.Length * v.Length];
        for (int i = 0; i < u.Length; i++)
            for (int j = 0; j < v.Length; j++)
                result[i * v.Length + j] = (float)values.Select((s, k) => u[i][k] * s * v[j][k]).Sum();
        return Tensor.From(result, [u.Length, v.Length]);
    }
}
