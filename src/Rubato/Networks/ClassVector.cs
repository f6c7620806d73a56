namespace Rubato.Networks;

/// <summary>A class that is described by numbers, for networks that add them to their embedding as they are.</summary>
/// <param name="Values">As many as the network's time embedding is wide.</param>
public sealed record ClassVector(ReadOnlyMemory<float> Values) : Condition;
