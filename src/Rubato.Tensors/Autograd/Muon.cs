namespace Rubato.Tensors.Autograd;

/// <summary>
/// Momentum whose step is orthogonalised, for the matrices of a network, beside <see cref="AdamW"/> for everything else.
/// Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks"; steps are scaled as in Liu et al. 2025,
/// arXiv:2502.16982, so that one learning rate and weight decay serve both.
/// </summary>
public sealed class Muon
{
    private const double Momentum = 0.95;

    // The root mean square of AdamW's steps, which an orthogonal [m, n] times sqrt(max(m, n)) meets; eq. 4.
    private const double StepSize = 0.2;

    private readonly Parameter[] _matrices;
    private readonly Tensor[] _momenta;
    private readonly AdamW _others;
    private readonly double _weightDecay;

    /// <summary>An optimiser whose means are zero.</summary>
    /// <param name="parameters">All parameters.</param>
    /// <param name="isMatrix">Which of them are matrices: hidden linear layers and convolutions, [outputs, ..].</param>
    /// <param name="options">Constants of the others; the weight decay is that of all.</param>
    public Muon(IReadOnlyList<Parameter> parameters, Func<Parameter, bool> isMatrix, AdamWOptions options)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(isMatrix);
        ArgumentNullException.ThrowIfNull(options);
        _weightDecay = options.WeightDecay;
        _matrices = [.. parameters.Where(isMatrix)];
        _momenta = [.. _matrices.Select(matrix => Tensor.Zeros(matrix.Value.Shape))];
        _others = new AdamW(parameters.Where(parameter => !isMatrix(parameter)), options);
        var momenta = new Queue<Tensor>(_momenta);
        var means = new Queue<Tensor>(_others.Means);
        Means = [.. parameters.Select(parameter => isMatrix(parameter) ? momenta.Dequeue() : means.Dequeue())];
        var squares = new Queue<Tensor>(_others.Squares);
        Squares = [.. parameters.Select(parameter => isMatrix(parameter) ? Tensor.Zeros(parameter.Value.Shape) : squares.Dequeue())];
    }

    /// <summary>Steps done.</summary>
    public long Steps { get => _others.Steps; set => _others.Steps = value; }

    /// <summary>The running means of the gradients, in the order of the parameters.</summary>
    public IReadOnlyList<Tensor> Means { get; }

    /// <summary>The running means of the squares of those that are no matrices.</summary>
    public IReadOnlyList<Tensor> Squares { get; }

    /// <summary>Moves all parameters against their gradients.</summary>
    /// <param name="rate">The learning rate, from 0.</param>
    /// <param name="gradientScale">Factor of all gradients: below 1 where they are clipped.</param>
    public void Step(double rate, double gradientScale = 1)
    {
        foreach ((Parameter matrix, Tensor momentum) in _matrices.Zip(_momenta)) Step(matrix, momentum, rate, gradientScale);
        _others.Step(rate, gradientScale);
    }

    private void Step(Parameter matrix, Tensor momentum, double rate, double gradientScale)
    {
        using Scope scope = Scope.Begin();
        LinearCombination.Of((Momentum, momentum), ((1 - Momentum) * gradientScale, matrix.Gradient)).AsSpan().CopyTo(momentum.AsSpan());
        // Nesterov's form: the gradient once more on top of the mean.
        Tensor direction = LinearCombination.Of((Momentum, momentum), ((1 - Momentum) * gradientScale, matrix.Gradient));
        int rows = matrix.Value.Shape[0], columns = matrix.Value.Count / rows;
        double step = rate * StepSize * Math.Sqrt(Math.Max(rows, columns));
        LinearCombination.Of((1 - rate * _weightDecay, matrix.Value), (-step, Orthogonalisation.NewtonSchulz(direction)))
            .AsSpan().CopyTo(matrix.Value.AsSpan());
        matrix.MarkChanged();
    }
}
