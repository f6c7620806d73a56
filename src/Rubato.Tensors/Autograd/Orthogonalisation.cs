namespace Rubato.Tensors.Autograd;

/// <summary>The step of Muon: a matrix with its singular values moved towards one.</summary>
public static class Orthogonalisation
{
    private const int Iterations = 5;

    // p(s) = a s + b s^3 + c s^5 lifts small singular values fastest and leaves those near one in [0.68, 1.13];
    // the coefficients are those of the Muon optimiser.
    private const double A = 3.4445, B = -4.7750, C = 2.0315;

    /// <summary>
    /// Five Newton-Schulz iterations towards U V^T of the singular value decomposition U S V^T; Jordan et al. 2024,
    /// "Muon: an optimizer for hidden layers in neural networks". Singular values above about a hundredth of the
    /// Frobenius norm end within [0.5, 1.3].
    /// </summary>
    /// <param name="matrix">[m, n]; an axis more is taken into the columns: [m, ..].</param>
    /// <returns>The shape of the matrix; zeros for zeros.</returns>
    public static Tensor NewtonSchulz(Tensor matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        using Scope scope = Scope.Begin();
        Tensor x = matrix.Reshape(matrix.Shape[0], -1);
        bool tall = x.Shape[0] > x.Shape[1];
        if (tall) x = x.Permute(1, 0);
        x = x.Scale(1 / (x.Norm() + 1e-7));
        for (int i = 0; i < Iterations; i++)
        {
            Tensor square = x.MatMul(x.Permute(1, 0));
            x = LinearCombination.Of((A, x), (1, LinearCombination.Of((B, square), (C, square.MatMul(square))).MatMul(x)));
        }

        return scope.Keep(tall ? x.Permute(1, 0) : x).Reshape(matrix.Shape);
    }
}
