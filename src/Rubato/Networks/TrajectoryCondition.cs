namespace Rubato.Networks;

/// <summary>A condition with the length of the trajectory that the sample is on, for networks that are told it beside the level.</summary>
/// <param name="Content">What the sample is to show; null for nothing.</param>
/// <param name="Length">The length, in the network's own unit.</param>
internal sealed record TrajectoryCondition(Condition? Content, float Length) : Condition;
