namespace Rubato.Networks;

/// <summary>A condition with channels that stand beside the state in every evaluation: a sketch, say, or a coarse picture.</summary>
/// <param name="Subject">What the sample is to show apart from them; null for nothing.</param>
/// <param name="Channels">[C, H, W], as the network was trained to read them.</param>
public sealed record StructureCondition(Condition? Subject, ReadOnlyMemory<float> Channels) : Condition;
