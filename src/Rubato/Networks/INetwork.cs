using Rubato.Tensors;

namespace Rubato.Networks;

/// <summary>
/// A network that predicts, from noisy samples and their levels, what its checkpoint was trained to predict. It knows
/// tensors only: no process, no solver, no file. Immutable once built, because several threads evaluate it at once.
/// </summary>
public interface INetwork
{
    /// <summary>Shape of one sample, [C, H, W].</summary>
    Shape SampleShape { get; }

    /// <summary>Evaluates the network once for every sample of a batch; a sample's result does not depend on the others.</summary>
    /// <param name="x">[N, C, H, W], at the scale that the network was trained on.</param>
    /// <param name="times">[N], what the network is told of each level, in its own unit.</param>
    /// <param name="conditions">[N]; null asks for the unconditional prediction.</param>
    /// <returns>[N, C', H, W]; C' is C, or twice C where the network predicts variances too.</returns>
    /// <exception cref="ArgumentException">A condition is of a kind, or out of the range, that the network does not know.</exception>
    Tensor Evaluate(Tensor x, ReadOnlySpan<float> times, IReadOnlyList<Condition?> conditions);
}

/// <summary>What a sample is to show.</summary>
public abstract record Condition;

/// <summary>A class of the training data.</summary>
/// <param name="Index">Row of the network's class embedding, from 0.</param>
public sealed record ClassLabel(int Index) : Condition;
