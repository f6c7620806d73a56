using MathNet.Numerics.LinearAlgebra;
using Rubato.Evaluation;

namespace Rubato.Tests.Evaluation;

public sealed class SymmetricEigenvaluesTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(17, 17)]
    [InlineData(150, 150)]
    [InlineData(64, 9)]   // of few directions: 55 eigenvalues are 0
    [InlineData(30, 0)]
    public void Eigenvalues_are_those_of_another_method(int n, int directions)
    {
        var random = new Random(n);
        Matrix<double> factor = Matrix<double>.Build.Dense(n, Math.Max(1, directions), (_, _) => directions == 0 ? 0 : random.NextDouble() - 0.3);
        RequireEigenvalues(factor * factor.Transpose());
    }

    [Fact]
    public void Blocks_that_do_not_see_each_other_are_solved_each()
        => RequireEigenvalues(Matrix<double>.Build.Dense(8, 8, (i, j) => i == j ? i % 3 : i / 2 == j / 2 ? -1 : 0));

    private static void RequireEigenvalues(Matrix<double> matrix)
    {
        double[] expected = [.. matrix.Evd(Symmetricity.Symmetric).EigenValues.Select(value => value.Real).Order()];
        double[] got = [.. SymmetricEigenvalues.Of(matrix.ToRowMajorArray(), matrix.RowCount).Order()];
        Assert.All(expected.Zip(got), pair => Assert.Equal(pair.First, pair.Second, 1e-13 * matrix.FrobeniusNorm()));
    }
}
