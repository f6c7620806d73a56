using Rubato.Processes;
using Rubato.Tensors;

namespace Rubato.Sampling;

/// <summary>A network's combined output at one state, seen as whatever a solver needs.</summary>
/// <param name="state">The state x, in the coordinates of the level.</param>
/// <param name="output">The network's output after guidance, as large as the state.</param>
/// <param name="level">The level of the state.</param>
/// <param name="parameterisation">What the output is.</param>
/// <param name="inputScale">The factor between the state and the network's input.</param>
/// <param name="limit">Holds the clean sample in its range; null for none.</param>
public sealed class Prediction(
    Tensor state, Tensor output, Level level, Parameterisation parameterisation, double inputScale, IDataLimit? limit)
{
    private Tensor? _data;
    private Tensor? _noise;

    /// <summary>The level of the state.</summary>
    public Level Level => level;

    /// <summary>What the network said, after guidance.</summary>
    public Tensor Output => output;

    /// <summary>The second half of the channels, where the network predicts variances too; else null.</summary>
    public Tensor? Variance { get; init; }

    /// <summary>The clean sample x0, within the limit.</summary>
    public Tensor Data => _data ??= Limited(Combine(parameterisation.Data(level, inputScale), output));

    /// <summary>The noise; it does not see the limit.</summary>
    public Tensor Noise => _noise ??= Combine(parameterisation.Noise(level, inputScale), output);

    /// <summary>The noise that leads from <see cref="Data"/>, after its limit, to the state.</summary>
    public Tensor NoiseOfData => limit is null ? Noise : Combine(Parameterisation.Data.Noise(level, inputScale), Data);

    /// <summary>
    /// The same output taken as the answer for another state: after noise was added to the one that was asked for. As
    /// in diffusers only a noise prediction is taken to the new level; others keep the one they were made at.
    /// </summary>
    public Prediction At(Tensor newState, Level newLevel)
    {
        Level made = parameterisation == Parameterisation.Noise ? newLevel : level;
        return new Prediction(newState, output, made, parameterisation, inputScale, limit) { Variance = Variance };
    }

    private Tensor Limited(Tensor data) => limit is null ? data : limit.Apply(data);

    private Tensor Combine(Estimate estimate, Tensor said) => estimate switch
    {
        (0, 1) => said,
        _ => LinearCombination.Of((estimate.State, state), (estimate.Output, said)),
    };
}

/// <summary>Keeps the predicted clean sample within the range of the data.</summary>
public interface IDataLimit
{
    /// <summary>The limited sample, [n, C, H, W].</summary>
    Tensor Apply(Tensor data);
}
