using MathNet.Numerics.LinearAlgebra;
using Rubato.Evaluation;

namespace Rubato.Tests.Evaluation;

public sealed class SymmetricEigenTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(17, 17)]
    [InlineData(64, 64)]
    [InlineData(64, 9)]   // of few directions: 55 eigenvalues are 0
    public void Eigenvalues_are_those_of_another_method_and_vectors_build_the_matrix(int n, int directions)
    {
        var random = new Random(n);
        Matrix<double> factor = Matrix<double>.Build.Dense(n, directions, (_, _) => random.NextDouble() - 0.3);
        Matrix<double> matrix = factor * factor.Transpose();
        SymmetricEigen eigen = SymmetricEigen.Of(matrix.ToRowMajorArray(), n);

        double norm = matrix.FrobeniusNorm();
        double[] expected = [.. matrix.Evd(Symmetricity.Symmetric).EigenValues.Select(value => value.Real).Order()];
        Assert.All(expected.Zip(eigen.Values.Order()), pair => Assert.Equal(pair.First, pair.Second, 1e-13 * norm));

        Matrix<double> built = Matrix<double>.Build.Dense(n, n);
        for (int k = 0; k < n; k++)
        {
            Vector<double> vector = Vector<double>.Build.Dense(eigen.Vector(k).ToArray());
            Assert.Equal(1, vector.L2Norm(), 1e-13);
            built += eigen.Values[k] * vector.OuterProduct(vector);
        }

        Assert.InRange((built - matrix).FrobeniusNorm(), 0, 1e-13 * norm);
    }
}
