namespace Rubato.Text;

/// <summary>What a prompt was understood as.</summary>
/// <param name="Class">Index of the class that it asks for; null for none of them.</param>
/// <param name="Probability">How sure that is, 0 to 1; 1 where the prompt is the name or number of a class.</param>
public readonly record struct PromptReading(int? Class, double Probability);
