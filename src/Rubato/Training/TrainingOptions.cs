using System.Runtime.CompilerServices;
using Rubato.Sampling;
using Rubato.Tensors;
using Rubato.Tensors.Kernels;
using Rubato.Training.Horizons;

namespace Rubato.Training;

/// <summary>What turns gradients into steps.</summary>
public enum TrainingOptimiser
{
    /// <summary>AdamW for all weights.</summary>
    AdamW,

    /// <summary>Muon for the matrices and convolutions between the first and the last layer, AdamW for the rest.</summary>
    Muon,
}

/// <summary>How often each level of the process is shown.</summary>
public enum TrainingLevels
{
    /// <summary>As often as it stands in the table of training steps.</summary>
    Table,

    /// <summary>
    /// As often as trajectories of 10 to 1000 steps stop there, on the linear schedule or a hybrid one: the adaptive sampling of
    /// AC-Diff (arXiv:2411.15199), reconstructed.
    /// </summary>
    Horizons,
}

/// <summary>How a network is trained. What changes the course of a run is written into its checkpoints.</summary>
public sealed record TrainingOptions
{
    /// <summary>Seed of the first weights, the order of the pictures, their noise and levels.</summary>
    public long Seed { get; init => field = InRange(value, 0, long.MaxValue); }

    /// <summary>What turns gradients into steps. A run may change from AdamW to Muon, not back.</summary>
    public TrainingOptimiser Optimiser { get; init; }

    /// <summary>
    /// What products with weights are computed in, forward and back to the input; gradients of weights are float32, as
    /// are the weights. From the start the fastest that the processor has instructions for.
    /// </summary>
    public Precision Precision { get; init; } = KernelSet.Current.Preferred;

    /// <summary>Pictures of a step, 1 to 65536.</summary>
    public int Batch { get; init => field = InRange(value, 1, 65536); } = 64;

    /// <summary>Pictures that go through the network at once, 1 to 65536: memory against speed.</summary>
    public int MicroBatch { get; init => field = InRange(value, 1, 65536); } = 16;

    /// <summary>The learning rate after its warm-up, above 0.</summary>
    public double Rate { get; init => field = InRange(value, 1e-12, 10); } = 1e-3;

    /// <summary>Pictures over which the rate rises from 0, again from where moments were lost; from 0.</summary>
    public long WarmUp { get; init => field = InRange(value, 0, long.MaxValue); } = 5_000;

    /// <summary>The last pictures before <see cref="Pictures"/>, over which the rate falls to 0; 0 for a constant rate.</summary>
    public long Decay { get; init => field = InRange(value, 0, long.MaxValue); }

    /// <summary>Where training ends, in pictures seen, counted from the first weights on.</summary>
    public long Pictures { get; init => field = InRange(value, 1, long.MaxValue); } = 10_000_000;

    /// <summary>The length of all gradients together above which they are scaled down, above 0.</summary>
    public double ClipNorm { get; init => field = InRange(value, 1e-12, 1e12); } = 1;

    /// <summary>The part of itself that a weight loses in a step, times the rate; 0 to 1.</summary>
    public double WeightDecay { get; init => field = InRange(value, 0, 1); } = 0.01;

    /// <summary>What AdamW's mean of squares keeps of itself in a step, 0 to 1.</summary>
    public double Beta2 { get; init => field = InRange(value, 0, 1); } = 0.99;

    /// <summary>How often a picture is shown without its class, 0 to 1: for guidance.</summary>
    public double ConditionDropout { get; init => field = InRange(value, 0, 1); } = 0.1;

    /// <summary>How often each level is shown.</summary>
    public TrainingLevels Levels { get; init; }

    /// <summary>What the network is told of a level; of <see cref="TrainingLevels.Table"/> the level itself.</summary>
    internal LevelInput LevelInput { get; init; }

    /// <summary>
    /// Pictures seen when the network began to be adapted to the horizons of its own module (<see cref="HorizonAdaptation"/>); null
    /// before.
    /// </summary>
    internal long? AdaptedFrom { get; init => field = value is { } seen ? InRange(seen, 1, long.MaxValue) : null; }

    /// <summary>Whether half of the pictures are shown mirrored.</summary>
    public bool Flip { get; init; } = true;

    /// <summary>Half-life of the average of the weights as a part of the pictures seen so far, above 0 to 1.</summary>
    public double AverageHalfLife { get; init => field = InRange(value, 1e-6, 1); } = 0.05;

    /// <summary>The highest signal-to-noise ratio that the loss of the clean picture is weighted with, above 0.</summary>
    public double WeightLimit { get; init => field = InRange(value, 1e-6, 1e12); } = 5;

    private static T InRange<T>(T value, T min, T max, [CallerMemberName] string name = "")
        where T : IComparable<T>
        => value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0 ? value
            : throw new ArgumentOutOfRangeException(name, value, $"must be from {min} to {max}");
}
