using Rubato.Tensors.Kernels;

namespace Rubato.Tensors.Autograd;

/// <summary>The constants of <see cref="Muon"/>.</summary>
public sealed record MuonOptions
{
    /// <summary>What the mean of the gradients keeps of itself in a step, 0 to 1.</summary>
    public double Momentum { get; init; } = 0.95;

    /// <summary>The part of itself that a parameter loses in a step, times the rate; from 0.</summary>
    public double WeightDecay { get; init; } = 0.01;
}

/// <summary>
/// Muon (Jordan et al. 2024, "Muon: an optimizer for hidden layers in neural networks"): the mean gradient of a matrix
/// with its singular values made one. Steps are as long as those of Adam are, so that both can share a rate: root mean
/// square 0.2 (Liu et al. 2025, arXiv:2502.16982, section 2.2). Convolutions count as matrices [outputs, the rest].
/// </summary>
public sealed class Muon
{
    private const double StepLength = 0.2;

    private readonly Parameter[] _parameters;
    private readonly MuonOptions _options;

    /// <summary>An optimiser whose means are zero.</summary>
    /// <param name="parameters">Of rank two or more.</param>
    /// <param name="options">Its constants.</param>
    public Muon(IEnumerable<Parameter> parameters, MuonOptions options)
    {
        _parameters = [.. parameters];
        _options = options;
        if (_parameters.FirstOrDefault(parameter => parameter.Value.Shape.Rank < 2) is { } vector)
            throw new ArgumentException($"{vector} is no matrix; Muon moves matrices.", nameof(parameters));
        Means = [.. _parameters.Select(parameter => Tensor.Zeros(parameter.Value.Shape))];
    }

    /// <summary>The running means of the gradients, in the order of the parameters.</summary>
    public IReadOnlyList<Tensor> Means { get; }

    /// <summary>Moves all parameters against their gradients.</summary>
    /// <param name="rate">The learning rate, from 0.</param>
    /// <param name="gradientScale">Factor of all gradients: below 1 where they are clipped.</param>
    public void Step(double rate, double gradientScale = 1)
    {
        var steps = new Steps(this, rate, gradientScale);
        KernelSet.Current.For(steps, _parameters.Length, _parameters.Sum(parameter => (long)parameter.Value.Count) * Steps.WorkOfElement);
        foreach (Parameter parameter in _parameters) parameter.MarkChanged();
    }

    private void Step(Parameter parameter, Tensor mean, double rate, double scale)
    {
        double keep = _options.Momentum, take = (1 - keep) * scale;
        Write(LinearCombination.Of((keep, mean), (take, parameter.Gradient)), mean);
        // Nesterov: the mean as it will be if the gradient stays.
        Tensor ahead = LinearCombination.Of((keep, mean), (take, parameter.Gradient));
        int rows = ahead.Shape[0], columns = ahead.Count / rows;
        // Singular values of one are a mean square of min / (rows columns) = 1 / max.
        double length = StepLength * Math.Sqrt(Math.Max(rows, columns));
        Write(LinearCombination.Of((1 - rate * _options.WeightDecay, parameter.Value),
            (-rate * length, Orthogonalisation.NewtonSchulz(ahead))), parameter.Value);
    }

    /// <summary>A unit is a parameter: many of them are too small to be worth all threads.</summary>
    private readonly struct Steps(Muon muon, double rate, double scale) : IKernel
    {
        /// <summary>Rough number of operations for each number of a matrix.</summary>
        public const long WorkOfElement = 1000;

        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            for (int i = begin; i < end; i++)
            {
                using Scope scope = Scope.Begin();
                muon.Step(muon._parameters[i], muon.Means[i], rate, scale);
            }
        }
    }

    private static void Write(Tensor from, Tensor to) => from.AsSpan().CopyTo(to.AsSpan());
}
