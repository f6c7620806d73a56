using Rubato.Tensors.Autograd;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors.Layers;

/// <summary>y = x / sqrt(mean(x^2) + eps) * weight over the last axis; Zhang and Sennrich 2019, arXiv:1910.07467.</summary>
public sealed unsafe class RmsNorm
{
    private readonly Tensor? _weight;
    private readonly int _width;
    private readonly float _eps;

    /// <summary>A layer of given weights.</summary>
    /// <param name="weight">[width], or null for ones.</param>
    /// <param name="width">Length of the last axis of x.</param>
    /// <param name="eps">Added to the mean of the squares.</param>
    public RmsNorm(Tensor? weight, int width, float eps) => (_weight, _width, _eps) = (weight, width, eps);

    /// <summary>Reads <c>weight</c> [width].</summary>
    public static RmsNorm Load(Weights weights, int width, float eps)
    {
        ArgumentNullException.ThrowIfNull(weights);
        return new RmsNorm(weights.Read("weight", [width]), width, eps);
    }

    /// <summary>Applies the layer to the last axis.</summary>
    /// <param name="x">[.., width]</param>
    /// <returns>The shape of x.</returns>
    public Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape.Rank < 1 || x.Shape[-1] != _width)
            throw new ArgumentException($"A tensor [.., {_width}] was expected, not {x.Shape}.", nameof(x));
        Tensor y = Tensor.Empty(x.Shape);
        if (Tape.For(x, _weight) is { } tape) Record(tape, x, y);
        if (y.Count == 0) return y;
        var kernel = new RowNormal(x.Floats, y.Floats, _width, _eps, centred: false)
        {
            Gain = _weight is null ? null : _weight.Floats,
        };
        KernelSet.Current.For(kernel, x.Count / _width, x.Count * 6L);
        return y;
    }

    private void Record(Tape tape, Tensor x, Tensor y)
    {
        tape.Save(x);
        tape.Record(y, dy =>
        {
            (Tensor dx, Tensor normal) = RowNormalGradient.Compute(x, _weight is null ? dy : dy * _weight, _eps, centred: false);
            x.Adjoint?.Add(dx);
            _weight?.Adjoint?.Add((dy * normal).Reshape(-1, _width).Sum(0).Reshape(_weight.Shape));
        });
    }
}
