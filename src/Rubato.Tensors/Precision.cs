namespace Rubato.Tensors;

/// <summary>
/// What the products of a layer are computed in. Sums, biases, residuals, norms and softmax are float32 in either.
/// </summary>
public enum Precision
{
    /// <summary>Operands as they are.</summary>
    Float32,

    /// <summary>
    /// Operands rounded to bfloat16, and summed in float32 in an order that all kernel sets share: the same bits on each
    /// of them, for operands and sums above 1e-38. About 3e-3 off <see cref="Float32"/> a layer.
    /// </summary>
    BFloat16,
}
