namespace Rubato.Tensors;

/// <summary>How far predictions are from their targets: one number, [], the mean over all elements or rows.</summary>
public static class Losses
{
    /// <summary>Mean of (x - target)^2.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor MeanSquaredError(this Tensor x, Tensor target)
    {
        Tensor d = Difference(x, target);
        return Mean(d * d);
    }

    /// <summary>Mean of |x - target|.</summary>
    /// <inheritdoc cref="MeanSquaredError"/>
    public static Tensor MeanAbsoluteError(this Tensor x, Tensor target) => Mean(Difference(x, target).Abs());

    /// <summary>
    /// Mean of d^2 / 2 for |d| up to <paramref name="delta"/> and of delta (|d| - delta / 2) beyond, where d = x - target;
    /// Huber 1964.
    /// </summary>
    /// <param name="x">Predictions.</param>
    /// <param name="target">The same shape.</param>
    /// <param name="delta">Above 0.</param>
    /// <inheritdoc cref="MeanSquaredError"/>
    public static Tensor Huber(this Tensor x, Tensor target, float delta)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(delta);
        Tensor d = Difference(x, target).Abs(), near = d.Clamp(0, delta);
        return Mean(LinearCombination.Of((0.5, near * near), (delta, d), (-delta, near)));
    }

    /// <summary>Mean of -log softmax(x) at the labels.</summary>
    /// <param name="x">[N, classes]</param>
    /// <param name="labels">[N], from 0.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is no class.</exception>
    public static Tensor CrossEntropy(this Tensor x, ReadOnlySpan<int> labels)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape.Rank != 2 || x.Shape[0] != labels.Length)
            throw new ArgumentException($"{labels.Length} labels need scores [{labels.Length}, classes], not {x.Shape}.", nameof(x));
        int classes = x.Shape[1];
        Tensor chosen = Tensor.Zeros(x.Shape);
        for (int n = 0; n < labels.Length; n++)
        {
            if ((uint)labels[n] >= (uint)classes)
                throw new ArgumentOutOfRangeException(nameof(labels), labels[n], $"is no class of {classes}");
            chosen.AsSpan()[n * classes + labels[n]] = -1f;
        }

        return (x.LogSoftmax(-1) * chosen).Sum().Reshape(default(Shape)) / labels.Length;
    }

    private static Tensor Difference(Tensor x, Tensor target)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(target);
        return x.Shape == target.Shape ? x - target
            : throw new ArgumentException($"A target of shape {x.Shape} is expected, not {target.Shape}.", nameof(target));
    }

    private static Tensor Mean(Tensor x) => x.Mean().Reshape(default(Shape));
}
