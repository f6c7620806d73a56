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

    /// <summary>The state that was asked for.</summary>
    public Tensor State => state;

    /// <summary>What the network said, after guidance.</summary>
    public Tensor Output => output;

    /// <summary>The second half of the channels, where the network predicts variances too; else null.</summary>
    public Tensor? Variance { get; init; }

    /// <summary>The clean sample x0, within the limit.</summary>
    public Tensor Data => _data ??= Limited(Combine(parameterisation.ToData(level, inputScale), output));

    /// <summary>The noise; it does not see the limit.</summary>
    public Tensor Noise => _noise ??= Combine(parameterisation.ToNoise(level, inputScale), output);

    /// <summary>The noise that leads from <see cref="Data"/>, after its limit, to the state.</summary>
    public Tensor NoiseOfData => limit is null ? Noise : Combine(Parameterisation.Data.ToNoise(level, inputScale), Data);

    /// <summary>
    /// The same output taken as the answer for another state: after noise was added to the one that was asked for. See
    /// <see cref="Parameterisation.FollowsState"/> for its level.
    /// </summary>
    public Prediction At(Tensor newState, Level newLevel)
        => With(newState, output, parameterisation.FollowsState ? newLevel : level);

    /// <summary>Another output of the same kind, for another state.</summary>
    /// <param name="newState">The state.</param>
    /// <param name="newOutput">What the network would have said of it.</param>
    /// <param name="newLevel">Its level, at the same scale.</param>
    public Prediction With(Tensor newState, Tensor newOutput, Level newLevel)
        => new(newState, newOutput, newLevel, parameterisation, inputScale, limit) { Variance = Variance };

    /// <summary>The same, of a state and a clean sample that are counted from a mean.</summary>
    /// <param name="offset">The state less the mean.</param>
    /// <param name="mean">The mean.</param>
    public Prediction Relative(Tensor offset, Tensor mean)
        => new(offset, parameterisation == Parameterisation.Data ? LinearCombination.Of((1, output), (-1, mean)) : output, level, parameterisation, inputScale, limit: null)
        {
            Variance = Variance,
        };

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
